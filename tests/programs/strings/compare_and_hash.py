words = ["", "a", "A", "aa", "ab", "b", "é", "z", "\U0001f600", "\uffff"]
for a in words:
    print([(a < b) - (a > b) for b in words], [a == b for b in words].count(True))
print("abc" == "ab" + "c", "a" != "b", "a" == b"a", "a" == 97, hash("abc") == hash("ab" + "c"),
    "x" * 0 == "", min("hello"), max(["b", "aa", "c"], key=len))
try:
    "a" < 1
except TypeError as e:
    print(e)
