"""What heapq and bisect answers to wrong arguments: the type and the text of each error."""
import bisect
import heapq


def show(expression):
    try:
        print(expression())
    except Exception as error:
        print(type(error).__name__, error)


def run(statement):
    try:
        exec(statement)
    except Exception as error:
        print(type(error).__name__, error)



show(lambda: heapq.heappush((),1))
show(lambda: heapq.heappop([]))
show(lambda: heapq.heapreplace([],1))
show(lambda: heapq.heapify(5))
show(lambda: bisect.bisect([1,2],1,-1))
show(lambda: bisect.bisect([1,2],1,0,5))
show(lambda: bisect.bisect(5,1))
show(lambda: bisect.insort((),1))
