# The functions of sys.monitoring: arguments, errors, answers.
import sys, dis
m=sys.monitoring
print({k:getattr(m.events,k) for k in dir(m.events) if k[0]!='_'})
print([k for k in dir(m) if k[:2] != '__'], m.__name__, type(m), type(m.MISSING), m.events, type(m.events), m.__doc__)
for f in ('use_tool_id','free_tool_id','set_events','set_local_events','register_callback','get_tool','clear_tool_id','get_events','get_local_events','restart_events','_all_events'):
    print(f, getattr(m,f).__text_signature__, getattr(m,f).__doc__)
def tr(*a):
    try: print(*[repr(x).split(' at 0x')[0] for x in a[1:]], '->', repr(a[0](*a[1:])).split(' at 0x')[0])
    except BaseException as e: print(*[repr(x).split(' at 0x')[0] for x in a[1:]], type(e).__name__, e)
for t in (-1,0,5,6,7,8,2**40): 
  for f in (m.use_tool_id,): tr(f,t,'x')
tr(m.use_tool_id,0,5); tr(m.use_tool_id,0,'y'); tr(m.use_tool_id,1,5); tr(m.get_tool,0); tr(m.get_tool, 3); tr(m.get_tool, 9)
tr(m.set_events,3,0); tr(m.set_events,0,-1); tr(m.set_events,0,1<<20); tr(m.set_events,0,1<<19); tr(m.set_events, 0, m.events.C_RETURN); tr(m.set_events, 0, m.events.CALL|m.events.C_RETURN);tr(m.get_events,0);tr(m.set_events, 0, m.events.CALL|m.events.C_RETURN|m.events.C_RAISE); tr(m.get_events,0)
tr(m.set_events,0,m.events.BRANCH); tr(m.get_events,0)
tr(m.set_events,0,'s'); tr(m.get_events,3); tr(m.get_events, 9); tr(m.set_events, 9, 0)
def f(): pass
tr(m.set_local_events,0,f,0); tr(m.set_local_events,0,f.__code__,m.events.RAISE); tr(m.set_local_events,0,f.__code__,m.events.LINE|m.events.CALL|m.events.C_RAISE|m.events.C_RETURN); tr(m.get_local_events,0,f.__code__)
tr(m.set_local_events,0,f.__code__,m.events.C_RAISE|m.events.LINE);tr(m.set_local_events,0,f.__code__,m.events.BRANCH); tr(m.get_local_events,0,f.__code__);tr(m.get_local_events,0,3);tr(m.get_local_events,3,f.__code__)
tr(m.set_local_events,3,f.__code__,0);tr(m.set_local_events,0,f.__code__,-1);tr(m.set_local_events,0,f.__code__,1<<24)
tr(m.register_callback,0,0,f); tr(m.register_callback,0,3,f); tr(m.register_callback,0,1,f);tr(m.register_callback,0,1,3);tr(m.register_callback,0,1,None); tr(m.register_callback,9,1,None); tr(m.register_callback,4,1,None);tr(m.register_callback,0,1<<25,None); tr(m.register_callback,0,-1,None)
tr(m.free_tool_id,4); tr(m.clear_tool_id,4); tr(m.free_tool_id,9); tr(m.free_tool_id,0);tr(m.clear_tool_id,5); tr(m._all_events); tr(m.restart_events)
