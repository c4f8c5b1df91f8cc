import _circ_bad2
