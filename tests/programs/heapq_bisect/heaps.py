import heapq
h = []
for x in (5, 1, 8, 3, 2): heapq.heappush(h, x)
print(h, [heapq.heappop(h) for _ in range(5)])
h = [9, 4, 7, 1]
heapq.heapify(h)
print(h, heapq.heappushpop(h, 0), heapq.heapreplace(h, 10), h, heapq.nlargest(2, [3, 1, 5]),
    heapq.nsmallest(2, ["bb", "a", "ccc"], key=len), list(heapq.merge([1, 4], [2, 3], [0])),
    list(heapq.merge([4, 1], [3], reverse=True)), heapq.nlargest(0, [1]),
    heapq.nsmallest(10, [2, 1]))
tasks = [(2, "b"), (1, "z"), (2, "a")]
heapq.heapify(tasks)
print([heapq.heappop(tasks) for _ in range(3)])
m = [1, 5, 3]
heapq.heapify_max(m)
print(m[0], heapq.heappop_max(m))
import random
random.seed(3)
data = [random.random() for _ in range(200)]
heapq.heapify(data)
print(all(data[i] <= data[2 * i + 1] for i in range(99)),
    len({heapq.heappop(data) for _ in range(200)}))
for f in (lambda: heapq.heappop([]), lambda: heapq.heappush((), 1), lambda: heapq.heapify(5),
        lambda: heapq.heapify([1, "a"])):
    try:
        f()
    except (IndexError, TypeError) as e:
        print(type(e).__name__, e)
