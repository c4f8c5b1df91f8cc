//! `_types`: the classes that `types` names.

use crate::error::R;
use crate::object::Gc;
use crate::objects::module::Module;
use crate::objects::native_class;
use crate::vm::types;

pub fn init(module: Gc<Module>) -> R<()> {
    let t = types();
    let classes = [
        ("AsyncGeneratorType", t.async_generator),
        ("BuiltinFunctionType", t.builtin),
        ("BuiltinMethodType", t.builtin),
        ("CellType", t.cell),
        ("ClassMethodDescriptorType", t.classmethod_descriptor),
        ("CodeType", t.code),
        ("CoroutineType", t.coroutine),
        ("EllipsisType", t.ellipsis_type),
        ("FrameType", t.frame),
        ("FunctionType", t.function),
        ("GeneratorType", t.generator),
        ("GenericAlias", t.generic_alias),
        ("GetSetDescriptorType", t.getset_descriptor),
        ("LambdaType", t.function),
        ("MappingProxyType", t.mappingproxy),
        ("MemberDescriptorType", t.member_descriptor),
        ("MethodDescriptorType", t.method_descriptor),
        ("MethodType", t.method),
        ("MethodWrapperType", t.method_wrapper),
        ("ModuleType", t.module),
        ("NoneType", t.none_type),
        ("NotImplementedType", t.not_implemented_type),
        ("SimpleNamespace", t.simple_namespace),
        ("TracebackType", t.traceback),
        ("UnionType", t.union_type),
        ("WrapperDescriptorType", t.wrapper_descriptor),
    ];
    for (name, class) in classes {
        super::add(module, name, class.value());
    }
    // Nothing here is a capsule; the name stands for code that asks.
    let capsule = native_class::new("types", "CapsuleType", crate::objects::class::flags::DISALLOW_INSTANTIATION, |_| {});
    super::add(module, "CapsuleType", capsule.value());
    Ok(())
}
