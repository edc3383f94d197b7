"""Is a time zone one of Brazil's?"""

from datetime import timedelta

_OFFSETS = {timedelta(hours=hours) for hours in (-2, -3, -4, -5)}

# tz database, zone1970.tab and backward: the zones of BR and their old names
_IANA = {
    f"America/{city}"
    for city in (
        "Araguaina",
        "Bahia",
        "Belem",
        "Boa_Vista",
        "Campo_Grande",
        "Cuiaba",
        "Eirunepe",
        "Fortaleza",
        "Maceio",
        "Manaus",
        "Noronha",
        "Porto_Acre",
        "Porto_Velho",
        "Recife",
        "Rio_Branco",
        "Santarem",
        "Sao_Paulo",
    )
} | {"Brazil/Acre", "Brazil/DeNoronha", "Brazil/East", "Brazil/West"}

# CLDR windowsZones.xml, territory BR
_WINDOWS = {
    "Bahia Standard Time",
    "Central Brazilian Standard Time",
    "E. South America Standard Time",
    "SA Eastern Standard Time",
    "SA Pacific Standard Time",
    "SA Western Standard Time",
    "Tocantins Standard Time",
    "UTC-02",
}

_OFFSET_ONLY = ("<", "-", "+", "Etc/", "UTC-", "GMT+", "BRT")


def brazilian(name: str, offset: timedelta | None) -> bool:
    """Tell whether a zone is one of Brazil's: by its name, and by its offset from UTC.

    A zone with a place in its name must be a Brazilian place; one that is only
    an offset (``Etc/GMT+3``, ``<-03>3``, nothing at all) counts by it.
    """
    if offset not in _OFFSETS:
        return False
    if name in _IANA or name in _WINDOWS:
        return True
    return not name or name.startswith(_OFFSET_ONLY)
