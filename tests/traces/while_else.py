def main(limit):
    n = 0
    while n < limit:
        n += 1
        if n == 1000:
            break
    else:
        n = -n
    return n
print(main(50), main(60))
