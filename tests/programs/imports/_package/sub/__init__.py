from .. import exported as relative
from ..sibling import NAME
