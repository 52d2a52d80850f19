using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OrleansTasks.Handlers.Binding;

/// <summary>
/// Finds, from the contracts of System.Text.Json, the members whose values JSON would drop or reset without an error. A type with such a
/// member is unfit for arguments and for values. For values, it also finds what can never be written.
/// </summary>
internal sealed class JsonLoss
{
    // The types that System.Text.Json cannot represent, by design.
    private static readonly Type[] Formless = [typeof(Delegate), typeof(MemberInfo), typeof(Assembly), typeof(nint), typeof(nuint)];

    private static readonly Type[] Stacks = [typeof(Stack<>), typeof(ConcurrentStack<>), typeof(ImmutableStack<>),
        typeof(IImmutableStack<>)];

    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly HashSet<Type> _seen = [];
    private readonly bool _written;

    private JsonLoss(bool written) => _written = written;

    /// <summary>Returns what JSON loses of an argument's type or of a type within it, and what to do about it. Null if nothing.</summary>
    public static string? OfArgument(Type type) => new JsonLoss(written: false).Of(type);

    /// <summary>Returns what JSON loses of a value's type or of a type within it, and what to do about it. Null if nothing.</summary>
    public static string? OfValue(Type type) => new JsonLoss(written: true).Of(type);

    private string? Of(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(object) || !_seen.Add(type))
        {
            return null;
        }

        if (_written && Array.Exists(Formless, f => f.IsAssignableFrom(type)))
        {
            return $"{TypeNames.Of(type)} has no form in JSON";
        }

        if (Contract(type) is not { } info)
        {
            return null;
        }

        return info.Kind switch
        {
            JsonTypeInfoKind.Object => OfObject(info),
            JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary => OfCollection(type)
                ?? (info.ElementType is { } element ? Of(element) : null),
            _ => null,
        };
    }

    private static JsonTypeInfo? Contract(Type type)
    {
        try
        {
            return TaskJson.Options.GetTypeInfo(type);
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            // Reading or writing the type fails with an error.
            return null;
        }
    }

    private string? OfObject(JsonTypeInfo info)
    {
        var derived = info.PolymorphismOptions?.DerivedTypes.Select(d => Of(d.DerivedType)).FirstOrDefault(l => l is not null);
        return derived ?? (CanBeMade(info) ? OfMembers(info) ?? OfState(info) ?? OfFields(info) : null)
            ?? info.Properties.Select(p => Of(p.PropertyType)).FirstOrDefault(l => l is not null);
    }

    /// <summary>Decides whether JSON can create an instance. If not, reading fails with an error.</summary>
    private static bool CanBeMade(JsonTypeInfo info) => !info.Type.IsInterface && !info.Type.IsAbstract
        && (info.CreateObject is not null || info.Properties.Any(p => p.AssociatedParameter is not null));

    private static string? OfMembers(JsonTypeInfo info)
    {
        var lost = info.Properties.FirstOrDefault(
            p => p.Get is not null && !IsFilled(p) && !p.IsExtensionData && HoldsState(p.AttributeProvider) && !IsPopulated(info, p));
        return lost is null
            ? null
            : $"JSON cannot set {TypeNames.Of(info.Type)}.{Name(lost)}: it would come back as its default. Give it a public setter or "
                + "'init', mark it [JsonInclude], "
                + "or take it as a parameter of the constructor that JSON uses ([JsonConstructor])";
    }

    /// <summary>Checks for an object with nothing that JSON can set, or a type of the runtime with more state than JSON can set.</summary>
    private static string? OfState(JsonTypeInfo info)
    {
        var hidden = HiddenFields(info.Type).ToArray();
        var filled = info.Properties.Count(p => IsFilled(p) || IsPopulated(info, p));
        var lost = hidden.Length > 0
            && (filled == 0 || (RuntimeTypes.Has(info.Type) && !info.Type.IsAssignableTo(typeof(ITuple)) && filled < hidden.Length));
        return lost
            ? $"JSON cannot set what {TypeNames.Of(info.Type)} holds in its fields. Use a type with public properties, or write a "
                + "JsonConverter for it"
            : null;
    }

    /// <summary>Checks for an object with a member that returns a field which JSON does not restore.</summary>
    private static string? OfFields(JsonTypeInfo info)
    {
        var read = info.Properties.ToLookup(p => IsFilled(p) || p.IsExtensionData || IsPopulated(info, p));
        return HiddenState.Find(info, read[true], read[false].Where(p => p.Get is not null)) is var (member, field)
            ? $"JSON cannot set the field {field.Name} that {TypeNames.Of(info.Type)}.{Name(member)} returns: it would come back as its "
                + "default. Give the member a setter or "
                + "'init', or take it as a parameter of the constructor that JSON uses ([JsonConstructor]). If it need not travel, mark "
                + "it [JsonIgnore]"
            : null;
    }

    /// <summary>Checks for members that a class adds to a collection, because a collection is written as its elements only.</summary>
    private static string? OfCollection(Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IGrouping<,>))
        {
            return "JSON has the elements of an IGrouping and not its Key: select a record of both";
        }

        if (IsStack(type))
        {
            return $"{TypeNames.Of(type)} would come back upside down: JSON has its elements from the top, and pushes them in that "
                + "order. Use a list";
        }

        for (var owner = type; owner is not null && !RuntimeTypes.Has(owner); owner = owner.BaseType)
        {
            var lost =
                owner.GetProperties(Instance)
                    .FirstOrDefault(
                        p => p.GetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0 && HoldsState(p) && !IsIgnored(p))
                ?? (MemberInfo?)owner.GetFields(Instance).FirstOrDefault(f => f.IsPublic && !IsIgnored(f));
            if (lost is not null)
            {
                return $"JSON has the elements of {TypeNames.Of(type)} and not its member {lost.Name}: use a record with a list in it";
            }
        }

        return null;
    }

    /// <summary>Decides whether a collection is read in the opposite order of that in which it is written.</summary>
    private static bool IsStack(Type type)
    {
        for (var owner = type; owner is not null; owner = owner.BaseType)
        {
            if (owner == typeof(System.Collections.Stack)
                || (owner.IsGenericType && Array.IndexOf(Stacks, owner.GetGenericTypeDefinition()) >= 0))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsFilled(JsonPropertyInfo property) => property.Set is not null || property.AssociatedParameter is not null;

    private static bool IsIgnored(MemberInfo member) =>
        member.GetCustomAttribute<JsonIgnoreAttribute>() is { Condition: JsonIgnoreCondition.Always };

    private static bool IsPopulated(JsonTypeInfo info, JsonPropertyInfo property) =>
        (property.ObjectCreationHandling ?? info.PreferredPropertyObjectCreationHandling) == JsonObjectCreationHandling.Populate;

    /// <summary>
    /// Decides whether a member has a setter that JSON must not use, or a field of its own. A member that is computed from others is
    /// restored with them.
    /// </summary>
    private static bool HoldsState(ICustomAttributeProvider? member) => member switch
    {
        FieldInfo => true,
        PropertyInfo property => property.SetMethod is not null
            || (property.DeclaringType!.GetField($"<{property.Name}>k__BackingField", Instance) is { } field
                && !HiddenState.Writes(property.GetMethod, field)),
        _ => false,
    };

    private static IEnumerable<FieldInfo> HiddenFields(Type type)
    {
        for (var owner = type; owner is not null && owner != typeof(object) && owner != typeof(ValueType); owner = owner.BaseType)
        {
            foreach (var field in owner.GetFields(Instance).Where(f => !f.IsPublic))
            {
                yield return field;
            }
        }
    }

    private static string Name(JsonPropertyInfo property) => property.AttributeProvider is MemberInfo member ? member.Name : property.Name;
}
