class Manager:
    def __enter__(self): return 1
    def __exit__(self, *exc): return False
def main():
    total = 0
    manager = Manager()
    for i in range(60):
        with manager as one:
            total += one
    return total
print(main())
