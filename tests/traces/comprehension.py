def main():
    return [i * i for i in range(100) if i % 7]
print(len(main()))
