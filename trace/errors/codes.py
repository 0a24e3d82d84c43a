"""Refusals of codes on packs and of printing them.

Malformed
├── SerialMalformed      not 12 characters of Crockford's alphabet          text
├── RunUnfit             a run's texts do not fit its template              text, reason
├── LogoTooLarge         the logo covers more than the level can lose       share, limit, level
├── PublicAddressUnfit   not an absolute http or https address              address
├── PublicAddressExample an address of examples, which nobody has           address
└── ContainerMalformed   a case or pallet without a usable number           container
Missing
├── CodeUnregistered     no such code was ever issued                       code
└── ContainerUnknown     nothing was ever packed into it                    container
Conflict
├── RangeOutside         the interval is not inside the allocated range     first, count
├── RangeOutOfTurn       serials are allocated in order                     lot, epoch, first, due
├── RangeFixed           a correction leaves printed codes where they are   lot, first, count
├── CodesNotAllocated    the lot has no serials                             lot
├── PlatformCodeTaken    the code is another lot's                          code, lot
├── RangeExhausted       no counters left under this epoch and scope        scope, epoch, count
├── CodesWithdrawn       void codes are never made active again             first, count
├── AlreadyPacked        the items or case are inside another container     item, container
├── PartsDiffer          printed files are not those of the manifest        names
└── NotPacked            it is not in this container                        item, container
Inadmissible
├── CodeWouldNotResolve  what was printed would not lead to the pack        lot, code
└── ModuleUnprintable    that printer and label give no readable module     dots, dpi, module, least
Unavailable
├── EpochWithoutSecret   a key epoch has no secret, or a weak one           epoch, bytes, needed
└── SymbolUnreadable     an independent decoder did not read it back        text, read
"""

from __future__ import annotations

from trace.errors.base import Conflict, Inadmissible, Malformed, Missing, Unavailable


class SerialMalformed(Malformed):
    code = "serial-malformed"


class RunUnfit(Malformed):
    code = "run-unfit"


class LogoTooLarge(Malformed):
    code = "logo-too-large"


class ContainerMalformed(Malformed):
    code = "container-malformed"


class PublicAddressUnfit(Malformed):
    code = "public-address-unfit"


class PublicAddressExample(Malformed):
    code = "public-address-example"


class CodeUnregistered(Missing):
    code = "code-unregistered"


class ContainerUnknown(Missing):
    code = "container-unknown"


class RangeOutside(Conflict):
    code = "range-outside"


class RangeOutOfTurn(Conflict):
    code = "range-out-of-turn"


class RangeFixed(Conflict):
    code = "range-fixed"


class CodesNotAllocated(Conflict):
    code = "codes-not-allocated"


class PlatformCodeTaken(Conflict):
    code = "platform-code-taken"


class RangeExhausted(Conflict):
    code = "range-exhausted"


class CodesWithdrawn(Conflict):
    code = "codes-withdrawn"


class AlreadyPacked(Conflict):
    code = "already-packed"


class NotPacked(Conflict):
    code = "not-packed"


class PartsDiffer(Conflict):
    code = "parts-differ"


class CodeWouldNotResolve(Inadmissible):
    code = "code-would-not-resolve"


class ModuleUnprintable(Inadmissible):
    code = "module-unprintable"


class EpochWithoutSecret(Unavailable):
    code = "epoch-without-secret"


class SymbolUnreadable(Unavailable):
    code = "symbol-unreadable"
