"""Lazy repeats of what may be empty, alone, nested and in groups."""
import re

for pattern in (
    r"(?:a?)*?y", r"(?:a|b?)*?$", r"(?:(a)|b?)*?c", r"(a?)*?b", r"(a?b?)*?c", r"(?:a*?)*?b", r"((a?)*?b)*?c", r"(?:(?:ab)*x)*?y",
    r"(?:(a)|(b)|)*?c", r"(?:a{0,2}){2,4}?b", r"(?:a??){3,}?b", r"(?:)*?a", r"(?:(?:a?)+?)*?b", r"(a|ab)*?c", r"(?:x?(?=a)|a)*?b",
    r"(?:a??b??)*?\Z", r"(?P<x>a?)*?(?P=x)b", r"(?:a*)*?", r"(?:a*)+?b", r"^(?:a?){1,3}?$",
):
    for text in ("", "a", "b", "y", "c", "aaaaay", "aaaaa", "ababab", "ababc", "aab", "abxabxy", "aaab", "aaaaaaaaaaaaaaaab", "xaxab"):
        found = re.match(pattern, text)
        full = re.fullmatch(pattern, text)
        print(pattern, text, found and (found.span(), found.groups()), full and (full.span(), full.groups()))
    print(re.findall(pattern, "aab ab c y"), re.sub(pattern, "-", "aab ab c y"))
