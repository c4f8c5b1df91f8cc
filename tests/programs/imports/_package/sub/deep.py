from . import NAME as parent_name
from .. import sibling
def where(): return __name__, sibling.NAME
