for s in ("", "hello World", "ÀÉÎ straße", "ǅ ﬁ İ", "123abc", "ΑΣ ΑΣΑ", "o'neill x-ray"):
    print(ascii(s), s.upper(), s.lower(), s.title(), s.capitalize(), s.swapcase(),
        ascii(s.casefold()))
print("ß".upper(), len("ﬁ".upper()), "Σ".lower(), "AΣ".lower(), "ŉ".upper(), "İ".lower() == "i̇")
