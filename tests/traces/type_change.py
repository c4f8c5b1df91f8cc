def main(items):
    total = 0
    for item in items:
        total = total + item
    return total
print(main([1] * 40), main([1.5] * 40))
