"""EPCIS 2.0 and CBV 2.0 (ISO/IEC 19987, 19988): events as values, their JSON-LD documents. Pure."""
