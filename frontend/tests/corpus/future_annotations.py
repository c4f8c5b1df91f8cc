from __future__ import annotations
x: int | None = None
def f(a: List[int], b: "str" = 1) -> dict[str, int]: pass
class C:
    x: yes[1]
