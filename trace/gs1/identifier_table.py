"""The table of application identifiers, our own, from the GS1 General Specifications §3 (2026).

Each row: codes (one, or first-last), format, title, what it may be in a Digital Link. The format:

    n14      exactly 14 digits                an..20   1 to 20 characters of set 82
    y..30    1 to 30 characters of set 39     b..90    1 to 90 characters of base64url
    name?    this component may be absent     n14:mod10   and it passes that check (`CHECKS`)
"""

from __future__ import annotations

from typing import Final

KEY: Final = "key"
ATTRIBUTE: Final = "attribute"

_FIVE_COUNTRIES: Final = "n3:country" + " n3:country?" * 4

ROWS: Final = (
    ("00", "n18:mod10", "SSCC", (KEY, ATTRIBUTE)),
    ("01", "n14:mod10", "GTIN", (KEY, ATTRIBUTE)),
    ("02", "n14:mod10", "CONTENT", (ATTRIBUTE,)),
    ("03", "n14:mod10", "MTO GTIN", ()),
    ("10", "an..20", "BATCH/LOT", (ATTRIBUTE,)),
    ("11-13", "n6:day_or_month", "DATE", (ATTRIBUTE,)),
    ("15-17", "n6:day_or_month", "DATE", (ATTRIBUTE,)),
    ("20", "n2", "VARIANT", (ATTRIBUTE,)),
    ("21", "an..20", "SERIAL", ()),
    ("22", "an..20", "CPV", ()),
    ("235", "an..28", "TPX", ()),
    ("240-241", "an..30", "ADDITIONAL ID", (ATTRIBUTE,)),
    ("242", "n..6", "MTO VARIANT", (ATTRIBUTE,)),
    ("243", "an..20", "PCN", (ATTRIBUTE,)),
    ("250-251", "an..30", "SECONDARY", (ATTRIBUTE,)),
    ("253", "n13:mod10 an..17?", "GDTI", (KEY, ATTRIBUTE)),
    ("254", "an..20", "GLN EXTENSION COMPONENT", ()),
    ("255", "n13:mod10 n..12?", "GCN", (KEY, ATTRIBUTE)),
    ("30", "n..8", "VAR. COUNT", (ATTRIBUTE,)),
    *(
        (f"3{unit}0-3{unit}5", "n6", "TRADE MEASURE", (ATTRIBUTE,))
        for unit in (*range(10, 17), *range(20, 38))
    ),
    *(
        (f"3{unit}0-3{unit}5", "n6", "TRADE MEASURE", (ATTRIBUTE,))
        for unit in (*range(40, 58), *range(60, 70))
    ),
    ("37", "n..8", "COUNT", (ATTRIBUTE,)),
    ("3900-3909", "n..15", "AMOUNT", (ATTRIBUTE,)),
    ("3910-3919", "n3:currency n..15", "AMOUNT", (ATTRIBUTE,)),
    ("3920-3929", "n..15", "PRICE", (ATTRIBUTE,)),
    ("3930-3939", "n3:currency n..15", "PRICE", (ATTRIBUTE,)),
    ("3940-3943", "n4", "PRCNT OFF", (ATTRIBUTE,)),
    ("3950-3955", "n6", "PRICE/UoM", (ATTRIBUTE,)),
    ("400", "an..30", "ORDER NUMBER", (ATTRIBUTE,)),
    ("401", "an..30:company_prefix", "GINC", (KEY, ATTRIBUTE)),
    ("402", "n17:mod10", "GSIN", (KEY, ATTRIBUTE)),
    ("403", "an..30", "ROUTE", (ATTRIBUTE,)),
    ("410-413", "n13:mod10", "GLN", (ATTRIBUTE,)),
    ("414", "n13:mod10", "LOC No.", (KEY, ATTRIBUTE)),
    ("415", "n13:mod10", "PAY TO", (KEY, ATTRIBUTE)),
    ("416", "n13:mod10", "PROD/SERV LOC", (ATTRIBUTE,)),
    ("417", "n13:mod10", "PARTY", (KEY, ATTRIBUTE)),
    ("420", "an..20", "SHIP TO POST", (ATTRIBUTE,)),
    ("421", "n3:country an..9", "SHIP TO POST", (ATTRIBUTE,)),
    ("422", "n3:country", "ORIGIN", (ATTRIBUTE,)),
    ("423", _FIVE_COUNTRIES, "COUNTRY - INITIAL PROCESS", (ATTRIBUTE,)),
    ("424", "n3:country", "COUNTRY - PROCESS", (ATTRIBUTE,)),
    ("425", _FIVE_COUNTRIES, "COUNTRY - DISASSEMBLY", (ATTRIBUTE,)),
    ("426", "n3:country", "COUNTRY - FULL PROCESS", (ATTRIBUTE,)),
    ("427", "an..3", "ORIGIN SUBDIVISION", (ATTRIBUTE,)),
    ("4300-4301", "an..35:percent_coded", "SHIP TO NAME", (ATTRIBUTE,)),
    ("4302-4306", "an..70:percent_coded", "SHIP TO ADDRESS", (ATTRIBUTE,)),
    ("4307", "an2:country_letters", "SHIP TO COUNTRY", (ATTRIBUTE,)),
    ("4308", "an..30", "SHIP TO PHONE", (ATTRIBUTE,)),
    ("4309", "n10:latitude n10:longitude", "SHIP TO GEO", (ATTRIBUTE,)),
    ("4310-4311", "an..35:percent_coded", "RTN TO NAME", (ATTRIBUTE,)),
    ("4312-4316", "an..70:percent_coded", "RTN TO ADDRESS", (ATTRIBUTE,)),
    ("4317", "an2:country_letters", "RTN TO COUNTRY", (ATTRIBUTE,)),
    ("4318", "an..20", "RTN TO POST", (ATTRIBUTE,)),
    ("4319", "an..30", "RTN TO PHONE", (ATTRIBUTE,)),
    ("4320", "an..35:percent_coded", "SRV DESCRIPTION", (ATTRIBUTE,)),
    ("4321-4323", "n1:zero_or_one", "SHIPPING FLAG", (ATTRIBUTE,)),
    ("4324-4325", "n6:day_or_month n4:hour_minute", "DELIVERY TIME", (ATTRIBUTE,)),
    ("4326", "n6:day", "REL DATE", (ATTRIBUTE,)),
    ("4330-4333", "n6 an1:hyphen?", "TEMPERATURE", (ATTRIBUTE,)),
    ("7001", "n13", "NSN", (ATTRIBUTE,)),
    ("7002", "an..30", "MEAT CUT", (ATTRIBUTE,)),
    ("7003", "n6:day n4:hour_minute", "EXPIRY TIME", (ATTRIBUTE,)),
    ("7004", "n..4", "ACTIVE POTENCY", (ATTRIBUTE,)),
    ("7005", "an..12", "CATCH AREA", (ATTRIBUTE,)),
    ("7006", "n6:day", "FIRST FREEZE DATE", (ATTRIBUTE,)),
    ("7007", "n6:day n6:day?", "HARVEST DATE", (ATTRIBUTE,)),
    ("7008", "an..3", "AQUATIC SPECIES", (ATTRIBUTE,)),
    ("7009", "an..10", "FISHING GEAR TYPE", (ATTRIBUTE,)),
    ("7010", "an..2", "PROD METHOD", (ATTRIBUTE,)),
    ("7011", "n6:day n4:hour_minute?", "TEST BY DATE", (ATTRIBUTE,)),
    ("7020-7022", "an..20", "REFURB", (ATTRIBUTE,)),
    ("7023", "an..30:company_prefix", "GIAI - ASSEMBLY", (ATTRIBUTE,)),
    ("7030-7039", "n3:country_or_999 an..27", "PROCESSOR", (ATTRIBUTE,)),
    ("7040", "n1 an3:importer_index", "UIC+EXT", ()),
    ("7041", "an..4:package", "UFRGT UNIT TYPE", ()),
    ("710-717", "an..20", "NHRN", (ATTRIBUTE,)),
    ("7230-7239", "an2 an..28", "CERT", (ATTRIBUTE,)),
    ("7240", "an..20", "PROTOCOL", (ATTRIBUTE,)),
    ("7241", "n2:medium", "AIDC MEDIA TYPE", (ATTRIBUTE,)),
    ("7242", "an..25", "VCN", (ATTRIBUTE,)),
    ("7250", "n8:day_of_century", "DOB", (ATTRIBUTE,)),
    ("7251", "n8:day_of_century n4:hour_minute", "DOB TIME", (ATTRIBUTE,)),
    ("7252", "n1:sex", "BIO SEX", (ATTRIBUTE,)),
    ("7253-7254", "an..40:percent_coded", "PERSON NAME", (ATTRIBUTE,)),
    ("7255", "an..10", "SUFFIX", (ATTRIBUTE,)),
    ("7256", "an..90:percent_coded", "FULL NAME", (ATTRIBUTE,)),
    ("7257", "an..70:percent_coded", "PERSON ADDR", (ATTRIBUTE,)),
    ("7258", "an3:position", "BIRTH SEQUENCE", (ATTRIBUTE,)),
    ("7259", "an..40:percent_coded", "BABY", (ATTRIBUTE,)),
    ("8001", "n4:nonzero n5:nonzero n3:nonzero n1:winding n1", "DIMENSIONS", (ATTRIBUTE,)),
    ("8002", "an..20", "CMT No.", (ATTRIBUTE,)),
    ("8003", "n1:zero n13:mod10 an..16?", "GRAI", (KEY, ATTRIBUTE)),
    ("8004", "an..30:company_prefix", "GIAI", (KEY, ATTRIBUTE)),
    ("8005", "n6", "PRICE PER UNIT", (ATTRIBUTE,)),
    ("8006", "n14:mod10 n4:piece_of_total", "ITIP", (KEY, ATTRIBUTE)),
    ("8007", "an..34:iban", "IBAN", (ATTRIBUTE,)),
    ("8008", "n6:day n2:hour n2:minute? n2:minute?", "PROD TIME", (ATTRIBUTE,)),
    ("8009", "an..50", "OPTSEN", (ATTRIBUTE,)),
    ("8010", "y..30:company_prefix", "CPID", (KEY, ATTRIBUTE)),
    ("8011", "n..12:no_leading_zero", "CPID SERIAL", ()),
    ("8012", "an..20", "VERSION", (ATTRIBUTE,)),
    ("8013", "an..25:check_pair", "GMN", (KEY, ATTRIBUTE)),
    ("8014", "an..25:make_model", "MUDI", ()),
    ("8017-8018", "n18:mod10", "GSRN", (KEY, ATTRIBUTE)),
    ("8019", "n..10", "SRIN", ()),
    ("8020", "an..25", "REF No.", ()),
    ("8026", "n14:mod10 n4:piece_of_total", "ITIP CONTENT", (ATTRIBUTE,)),
    ("8030", "b..90:base64", "DIGSIG", (ATTRIBUTE,)),
    ("8040-8041", "n15", "IMEI", ()),
    ("8042", "n32", "ESIM", ()),
    ("8043", "n18 n..2?", "PSIM", ()),
    ("8110", "an..70:coupon", "COUPON", (ATTRIBUTE,)),
    ("8111", "n4", "POINTS", (ATTRIBUTE,)),
    ("8112", "an..70:offer", "POSITIVE OFFER", (ATTRIBUTE,)),
    ("8200", "an..70", "PRODUCT URL", ()),
    ("90", "an..30", "INTERNAL", (ATTRIBUTE,)),
    ("91-99", "an..90", "INTERNAL", (ATTRIBUTE,)),
)

QUALIFIERS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "01": (("22", "10", "21"), ("235",)),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8017": (("8019",),),
    "8018": (("8019",),),
}
"""Key -> alternative qualifier sequences; a path takes any part of one of them, in this order."""

PREDEFINED_LENGTH: Final = frozenset(
    {"00", "01", "02", "03", "04", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "41"}
    | {str(prefix) for prefix in range(31, 37)}
)
"""First two digits of the AIs that need no FNC1 after them (General Specifications, figure 7.8.5-2)."""
