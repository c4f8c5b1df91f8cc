"""The library is found where `site` has made the search path absolute, too."""
import site
import sys

import colorsys
import wave

print(colorsys.rgb_to_hsv(1, 0, 0), wave.__name__, all(entry.startswith("/") for entry in sys.path), site.__name__)
