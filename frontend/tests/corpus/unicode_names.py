é = 1
ﬁ = é
class Ünïcode:
    __ñ = 2
    def 方法(self): return self.__ñ
"é" + é; é.ö(é, "日本語")[é]
