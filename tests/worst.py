"""The worst names that people, organisations and schemes have been given."""

WORST = (
    "constructor", "__proto__", "toString", "valueOf", "{", "}", "{0.__class__}", "%s %(name)s", "a\uffffb", "\ufffe",
    "\N{GRINNING FACE}" * 75, "\N{FAMILY}\u200d" * 40, "Σ " * 150, "e" + "\u0301" * 50, "\u202egnp", "NA",
    "null", "=cmd()", "<b>B</b>", "</script><script>", "it's 5 % \\ \"x\"", "$NAME", "李", "[a](https://evil.example)",
)  # fmt: skip
