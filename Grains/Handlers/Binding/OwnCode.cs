using System.Reflection;
using System.Reflection.Emit;

namespace OrleansTasks.Handlers.Binding;

/// <summary>Gives access to the compiled code of a type, of its base types and of its nested types, and to the calls within it.</summary>
internal sealed class OwnCode
{
    private const BindingFlags All =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly Dictionary<(Module Module, int Token), MethodBase> _methods = [];
    private readonly Dictionary<MethodBase, IReadOnlyList<Instruction>?> _code = [];

    public OwnCode(Type type)
    {
        for (var owner = type; owner is not null && !RuntimeTypes.Has(owner); owner = owner.BaseType)
        {
            Add(owner);
        }
    }

    public IEnumerable<MethodBase> Methods => _methods.Values;

    /// <summary>
    /// Returns the type's own method that corresponds to a method, whatever its type arguments. Null if it belongs to another type.
    /// </summary>
    public MethodBase? Find(MethodBase method) => _methods.GetValueOrDefault((method.Module, method.MetadataToken));

    /// <summary>Returns the instructions of a method, or null if they cannot be read.</summary>
    public IReadOnlyList<Instruction>? Of(MethodBase method)
    {
        if (!_code.TryGetValue(method, out var code))
        {
            _code[method] = code = Instruction.Of(method);
        }

        return code;
    }

    /// <summary>Returns the methods of the type that a method names, with those that override them.</summary>
    public IEnumerable<MethodBase> Callees(MethodBase method) => (Of(method) ?? [])
        .Select(i => i.Member is MethodBase callee ? Find(callee) : null).OfType<MethodBase>()
        .SelectMany(
            c => c is MethodInfo { IsVirtual: true } called ? Methods.Where(m => m is MethodInfo own && Overrides(own, called)) : [c]);

    /// <summary>Returns these methods, and all methods of the type that are called from them.</summary>
    public HashSet<MethodBase> Reached(IEnumerable<MethodBase> first)
    {
        var reached = new HashSet<MethodBase>(first);
        var open = new Queue<MethodBase>(reached);
        while (open.TryDequeue(out var method))
        {
            foreach (var callee in Callees(method).Where(reached.Add))
            {
                open.Enqueue(callee);
            }
        }

        return reached;
    }

    /// <summary>Returns a constructor, and the constructors of the type and of its base types that it calls first.</summary>
    public List<MethodBase> Beginning(MethodBase constructor)
    {
        var makers = new List<MethodBase> { constructor };
        for (var i = 0; i < makers.Count; i++)
        {
            makers.AddRange(
                (Of(makers[i]) ?? []).Where(s => s.Code == OpCodes.Call && s.Member is ConstructorInfo)
                    .Select(s => Find((MethodBase)s.Member!))
                .OfType<MethodBase>().Where(c => !makers.Contains(c)));
        }

        return makers;
    }

    private static bool Overrides(MethodInfo own, MethodInfo called) =>
        own.GetBaseDefinition().HasSameMetadataDefinitionAs(called.GetBaseDefinition());

    private void Add(Type type)
    {
        foreach (var method in type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All)))
        {
            _methods[(method.Module, method.MetadataToken)] = method;
        }

        foreach (var nested in type.GetNestedTypes(All))
        {
            Add(nested);
        }
    }
}
