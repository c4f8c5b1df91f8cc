import heapq
from collections import deque
GRID = """
#########
#S..#...#
#.#.#.#.#
#.#...#E#
#########""".strip().split("\n")
cells = {(x, y): c for y, row in enumerate(GRID) for x, c in enumerate(row) if c != "#"}
start = next(p for p, c in cells.items() if c == "S")
goal = next(p for p, c in cells.items() if c == "E")
def neighbours(p):
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        q = p[0] + dx, p[1] + dy
        if q in cells: yield q
def bfs():
    prev, queue = {start: None}, deque([start])
    while queue:
        p = queue.popleft()
        if p == goal: break
        for q in neighbours(p):
            if q not in prev:
                prev[q] = p
                queue.append(q)
    path = []
    while p: path.append(p); p = prev[p]
    return path[::-1]
def dijkstra(graph, source):
    dist, heap = {source: 0}, [(0, source)]
    while heap:
        d, n = heapq.heappop(heap)
        if d > dist[n]: continue
        for m, w in graph.get(n, {}).items():
            if d + w < dist.get(m, float("inf")):
                dist[m] = d + w
                heapq.heappush(heap, (d + w, m))
    return dist
print(len(bfs()), bfs())
print(dijkstra({"a": {"b": 7, "c": 3}, "c": {"b": 1, "d": 8}, "b": {"d": 2}}, "a"))
