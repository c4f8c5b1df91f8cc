class A: pass
class B(A, metaclass=M, k=1):
    """doc"""
    x: int = 1
    y: "str"
    def __init__(self, z):
        self.z = z
        self.__private = z
    @property
    def p(self): return self.__private
    @classmethod
    def c(cls): return __class__
    class Inner:
        def deep(self): return __class__, B
@decorator
class D[T](Base[T]): pass
