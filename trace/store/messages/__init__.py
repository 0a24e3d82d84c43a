"""Messages as rows: complaints, wishes, notices to send; originals of reports."""
