from _circ_bad import thing
