"""Cases as rows: files, their history, their papers, and looks at firms' data."""
