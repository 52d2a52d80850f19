using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace OrleansTasks.Handlers.Binding;

/// <summary>
/// Finds, in the compiled code, fields that a member of a type returns and that JSON does not restore. A contract cannot distinguish <c>int
/// X => _x</c> from a computed member. If the code leaves a doubt, the class reports nothing.
/// </summary>
internal sealed class HiddenState
{
    private readonly JsonTypeInfo _info;
    private readonly ICustomAttributeProvider?[] _filled;
    private readonly OwnCode _code;
    private readonly MethodBase? _maker;

    private HiddenState(JsonTypeInfo info, IEnumerable<JsonPropertyInfo> filled)
    {
        _info = info;
        _filled = [.. filled.Select(p => p.AttributeProvider)];
        _code = new OwnCode(info.Type);
        _maker = info.ConstructorAttributeProvider is ConstructorInfo constructor ? _code.Find(constructor) : null;
    }

    /// <summary>
    /// Returns the first member that returns a field which JSON does not restore, with that field, or null if there is none.
    /// </summary>
    /// <param name="info">The contract of the type.</param>
    /// <param name="filled">The members that JSON can set.</param>
    /// <param name="others">The members that JSON can only read.</param>
    public static (JsonPropertyInfo Member, FieldInfo Field)? Find(JsonTypeInfo info, IEnumerable<JsonPropertyInfo> filled,
        IEnumerable<JsonPropertyInfo> others)
    {
        try
        {
            HiddenState? state = null;
            foreach (var member in others)
            {
                if (member.AttributeProvider is PropertyInfo { GetMethod: { } getter } && !RuntimeTypes.Has(getter.DeclaringType!)
                    && ReturnedBy(getter) is { } field && (state ??= new HiddenState(info, filled)).IsLost(field))
                {
                    return (member, field);
                }
            }
        }
        catch (Exception e) when (e is TypeLoadException or IOException or BadImageFormatException or NotSupportedException
            or InvalidOperationException)
        {
            // The code refers to an assembly that is missing. What it does with the field is not known.
        }

        return null;
    }

    /// <summary>Decides whether a getter sets a field itself. Then the field caches what the getter has computed.</summary>
    public static bool Writes(MethodInfo? getter, FieldInfo field) =>
        getter is not null && Instruction.Of(getter) is { } code && code.Any(i => i.Names(field) && i.Code != OpCodes.Ldfld);

    /// <summary>
    /// Returns the field that a getter returns as it is, or as a read-only view or a copy. Null if it does anything else.
    /// </summary>
    private static FieldInfo? ReturnedBy(MethodInfo getter)
    {
        if (Instruction.Of(getter) is not { Count: >= 3 } code || code[0].Code != OpCodes.Ldarg_0 || code[1].Code != OpCodes.Ldfld
            || code[1].Member is not FieldInfo field)
        {
            return null;
        }

        var rest = code.Skip(IsCopy(code[2]) ? 3 : 2).Select(i => i.Code).ToArray();

        // Code that is not optimized has the longer form.
        return rest.SequenceEqual([OpCodes.Ret]) || rest.SequenceEqual([OpCodes.Stloc_0, OpCodes.Br_S, OpCodes.Ldloc_0, OpCodes.Ret])
            ? field
            : null;
    }

    /// <summary>Decides whether a field may contain state that JSON does not restore.</summary>
    private bool IsLost(FieldInfo field) => MayDiffer(field) && !IsRestored(field);

    private static bool IsCopy(Instruction step) => step.Member switch
    {
        MethodInfo method => method.Name is "AsReadOnly" or "ToArray" or "ToList"
            && method.GetParameters().Length == (method.IsStatic ? 1 : 0),
        ConstructorInfo constructor => constructor.DeclaringType!.Name.StartsWith("ReadOnly", StringComparison.Ordinal)
            && constructor.GetParameters().Length == 1,
        _ => false,
    };

    /// <summary>
    /// Decides whether the field can contain anything but what the constructor that JSON uses leaves in it. Values that getters write are
    /// computed.
    /// </summary>
    private bool MayDiffer(FieldInfo field)
    {
        var computing = _code.Reached(_code.Methods.Where(IsGetter)).Where(m => m.IsPrivate || IsGetter(m)).ToHashSet();
        return _code.Methods.Any(m => (m.IsConstructor ? IsOtherMaker(m) : !computing.Contains(m)) && Changes(m, field))
            || (CanChange(field.FieldType)
                && _code.Methods.Any(m => m.IsConstructor && _code.Of(m)?.Any(i => i.Code == OpCodes.Stfld && i.Names(field)) == true));
    }

    /// <summary>
    /// Decides whether code can create an object of the type by a constructor that JSON does not use. A base type's constructor is part of
    /// one of these. The copy constructor of a record does not count.
    /// </summary>
    private bool IsOtherMaker(MethodBase constructor) =>
        constructor != _maker && constructor.DeclaringType!.HasSameMetadataDefinitionAs(_info.Type)
        && !(constructor.GetParameters() is [var only] && only.ParameterType == constructor.DeclaringType);

    private bool Changes(MethodBase method, FieldInfo field)
    {
        var code = _code.Of(method) ?? [];
        return code.Select((step, at) => (step, at)).Any(i => i.step.Names(field)
            && (i.step.Code == OpCodes.Stfld
                ? !(method.IsConstructor && IsInitial(method, code, i.at))
                : i.step.Code == OpCodes.Ldflda && IsHandedOn(code, i.at)));
    }

    /// <summary>
    /// Decides whether the next call takes an address that it may write to, as <c>Interlocked.Increment(ref _x)</c> does.
    /// </summary>
    private static bool IsHandedOn(IReadOnlyList<Instruction> code, int at) =>
        code.Skip(at + 1).Select(i => i.Member).OfType<MethodBase>().FirstOrDefault() is { } next
            && Array.Exists(next.GetParameters(), p => p.ParameterType.IsByRef && !p.IsIn);

    /// <summary>Decides whether a constructor sets a field to a value that does not depend on its parameters.</summary>
    private static bool IsInitial(MethodBase constructor, IReadOnlyList<Instruction> code, int at) =>
        constructor.GetParameters().Length == 0
        || (at > 0 && code[at - 1] is var before
            && (IsConstant(before.Code)
                || (before.Member is MethodBase { IsStatic: true } or ConstructorInfo && TakesNothing(before.Member))));

    private static bool TakesNothing(MemberInfo method) => ((MethodBase)method).GetParameters().Length == 0;

    private static bool IsConstant(OpCode code) =>
        code.Name!.StartsWith("ldc.", StringComparison.Ordinal) || code == OpCodes.Ldnull || code == OpCodes.Ldstr;

    /// <summary>Decides whether any code that JSON calls when it reads an object affects the field.</summary>
    private bool IsRestored(FieldInfo field)
    {
        // Code that cannot be analyzed may restore anything.
        if (_info.OnDeserializing is not null || _info.OnDeserialized is not null || (_maker is null && !_info.Type.IsValueType)
            || Array.Exists(_filled, m => m is not PropertyInfo and not FieldInfo))
        {
            return true;
        }

        var makers = _maker is null ? [] : _code.Beginning(_maker);
        var accessors = _filled.OfType<PropertyInfo>().SelectMany(p => p.GetAccessors(nonPublic: true)).Select(_code.Find)
            .OfType<MethodBase>();
        var called = _code.Reached(accessors.Concat(makers.SelectMany(_code.Callees).Where(c => !makers.Contains(c))));
        return _filled.OfType<FieldInfo>().Any(field.HasSameMetadataDefinitionAs)
            || called.Any(m => Touches(m, field))
            || makers.Any(m => Sets(m, field));
    }

    /// <summary>Decides whether a constructor that JSON uses does more to the field than to give it an initial value.</summary>
    private bool Sets(MethodBase constructor, FieldInfo field)
    {
        var isFixed = TakesNothing(_maker!);
        return _code.Of(constructor) is not { } code || code.Where((step, at) => MayTouch(step, field)
            && !(step.Code == OpCodes.Stfld && (isFixed || IsInitial(constructor, code, at)))).Any();
    }

    private bool Touches(MethodBase method, FieldInfo field) =>
        !method.IsAbstract && (_code.Of(method) is not { } code || code.Any(step => MayTouch(step, field)));

    private bool MayTouch(Instruction step, FieldInfo field) =>
        step.Names(field) || (step.Member is MethodBase callee && _code.Find(callee) is null && TakesIt(callee));

    /// <summary>Decides whether a method of another type can be given the object, and so may do anything to it.</summary>
    private bool TakesIt(MethodBase method) => (method.DeclaringType!.IsInterface && method.DeclaringType.IsAssignableFrom(_info.Type))
        || method.GetParameters().Select(p => p.ParameterType).Select(t => t.IsByRef ? t.GetElementType()! : t)
            .Any(t => t != typeof(object) && t.IsAssignableFrom(_info.Type));

    private static bool IsGetter(MethodBase method) => method.IsSpecialName && method.Name.StartsWith("get_", StringComparison.Ordinal);

    /// <summary>
    /// Decides whether an object of a type can change without being replaced: a collection that grows, or an object with setters.
    /// </summary>
    private static bool CanChange(Type type)
    {
        if (type.IsValueType || type == typeof(string))
        {
            return false;
        }

        return (type.IsInterface ? type.GetInterfaces().Append(type) : [type]).SelectMany(t => t.GetMethods())
                .Any(m =>
                    m.Name is "Add" or "TryAdd" or "Enqueue" or "AddLast" && (m.ReturnType == typeof(void) || m.ReturnType == typeof(bool)))
            || (!RuntimeTypes.Has(type) && Array.Exists(type.GetProperties(), p => p.SetMethod is { IsPublic: true } setter
                && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))));
    }
}
