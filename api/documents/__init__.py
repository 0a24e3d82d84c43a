"""Answers of the HTTP interface: values of use cases as JSON, each by a schema that OpenAPI shows."""
