"""Link types of a resolver: those ratified in the GS1 Web Vocabulary (v1.16)."""

from __future__ import annotations

from typing import Final

VOCABULARY: Final = "https://ref.gs1.org/voc/"
PREFIX: Final = "gs1:"
DEFAULT: Final = "defaultLink"

_NAMES: Final = """
    activityIdeas allergenInfo appDownload backgroundInfo brandHomepageClinical brandHomepagePatient
    careersInfo certificationInfo consumerHandlingStorageInfo defaultLink defaultLinkMulti dpp eifu
    epcis epil eventsInfo faqs handledBy hasRetailers homepage ingredientsInfo instructions jws
    leaveReview locationInfo logisticsInfo loyaltyProgram masterData menuInfo nutritionalInfo
    openingHoursInfo paymentLink pip productSustainabilityInfo promotion purchaseSuppliesOrAccessories
    quickStartGuide recallStatus recipeInfo registerProduct registryEntry relatedImage relatedVideo
    reportFound review safetyInfo scheduleTime serviceInfo smartLabel smpc socialMedia statisticInfo
    subscribe support sustainabilityInfo traceability tutorial userAgreement verificationService
    whatsInTheBox
"""
RATIFIED: Final = frozenset(_NAMES.split())
RESERVED: Final = frozenset({"jws", "recallStatus"})
"""What the platform alone says of a level: its signature, and whether it is recalled."""

_SPELLINGS: Final = (
    PREFIX,
    VOCABULARY,
    "https://www.gs1.org/voc/",
    "https://gs1.org/voc/",
    "http://gs1.org/voc/",
)


def link_type_named(written: str) -> str:
    """pip for gs1:pip and for its full address in any namespace of the vocabulary; else as written."""
    for spelling in _SPELLINGS:
        if written.startswith(spelling):
            return written[len(spelling) :]
    return written
