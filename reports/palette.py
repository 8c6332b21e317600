"""The colours of the brief by role, light and dark; every value is unique in its set.

Charts are drawn in `LIGHT`; each hex value then becomes the CSS variable of its role,
so a value used twice would make the way back ambiguous.
"""

LIGHT = {
    "paper": "#ffffff",
    "ink": "#16181d",
    "mute": "#575d66",
    "grid": "#dfe2e6",
    "tint": "#f4f5f7",
    "band": "#e9ebee",
    "japan": "#b3261e",
    "taiwan": "#0b63a5",
    "other": "#666d77",
    "link": "#8b929c",
}
DARK = {
    "paper": "#14171c",
    "ink": "#eef0f3",
    "mute": "#a8b0ba",
    "grid": "#323842",
    "tint": "#1d2128",
    "band": "#262b33",
    "japan": "#ff8a80",
    "taiwan": "#74bdf2",
    "other": "#8f98a3",
    "link": "#6b7480",
}
ECONOMY = {"JPN": "japan", "TWN": "taiwan"}
TEXT_ROLES = ("ink", "mute", "japan", "taiwan")


def role_of(economy_code: str) -> str:
    """Return the colour role of an economy: Japan, Taiwan, or the rest."""
    return ECONOMY.get(economy_code, "other")


def css_colours() -> str:
    """Return the rules that give a page both palettes, by the reader's preference."""
    return (
        f":root{{color-scheme:light dark;{css_variables(LIGHT)}}}"
        f"@media(prefers-color-scheme:dark){{:root{{{css_variables(DARK)}}}}}"
    )


def css_variables(palette: dict[str, str]) -> str:
    """Return a palette as declarations of CSS variables."""
    return "".join(f"--{role}:{value};" for role, value in palette.items())
