"""Messages of shoppers: complaints, sampling wishes; and originals of test reports."""
