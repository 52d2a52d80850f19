using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using OrleansTasks.Handlers.Binding;
using OrleansTasks.Values;

namespace OrleansTasks.Handlers;

/// <summary>Describes handlers for people who want to run them. Pure.</summary>
internal static class HandlerDescriptions
{
    private const int MaxChoices = 100;
    private const int MaxDefault = 1000;

    public static HandlerInfo Of(string name, ITaskInvoker invoker)
    {
        if (!invoker.TakesAll)
        {
            return new HandlerInfo { Name = name, Parameters = [.. invoker.Parameters.Where(p => p.Reader is not null).Select(Of)] };
        }

        var all = invoker.Parameters[0];
        return all.Reader is { IsObject: true }
            && TaskJson.Options.GetTypeInfo(all.Type) is { Kind: JsonTypeInfoKind.Object, PolymorphismOptions: null } info
            ? new HandlerInfo
            {
                Name = name,
                TakesAll = true,
                Parameters = [.. info.Properties.Where(p => p.Set is not null || p.AssociatedParameter is not null).Select(Of)]
            }
            : all.Reader is null or { IsObject: true } ? new HandlerInfo { Name = name, TakesAny = true, TakesAll = all.Reader is not null }
            : new HandlerInfo { Name = name, Parameters = [Of(all)] };
    }

    public static ArgumentKind KindOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || type == typeof(char) || type == typeof(Guid) || type == typeof(Uri) || type.IsEnum
            ? ArgumentKind.Text
            : type == typeof(bool) ? ArgumentKind.Boolean
            : type == typeof(DateTimeOffset) || type == typeof(DateTime) ? ArgumentKind.Instant
            : type == typeof(DateOnly) ? ArgumentKind.Date
            : type == typeof(TimeSpan) ? ArgumentKind.Duration
            : type == typeof(float) || type == typeof(double) || type == typeof(decimal) || type == typeof(Half) ? ArgumentKind.Number
            : type.IsPrimitive || type == typeof(Int128) || type == typeof(UInt128) || type == typeof(System.Numerics.BigInteger)
            ? ArgumentKind.Integer
            : ArgumentKind.Any;
    }

    private static HandlerParameterInfo Of(HandlerParameter parameter) => new()
    {
        Name = parameter.Name,
        Type = parameter.TypeName,
        Kind = KindOf(parameter.Type),

        // A parameter with a source besides the arguments need not have an argument.
        Optional = parameter.HasFallback || parameter.TakesRest || parameter.Source is not null,
        Nullable = parameter.AcceptsNull && (!parameter.Type.IsValueType || Nullable.GetUnderlyingType(parameter.Type) is not null),
        Default = parameter.HasFallback ? Json(parameter.Fallback) : null,
        Choices = ChoicesOf(parameter.Type),
    };

    private static HandlerParameterInfo Of(JsonPropertyInfo property) => new()
    {
        Name = property.Name,
        Type = TypeNames.Of(property.PropertyType),
        Kind = KindOf(property.PropertyType),
        Optional = FSharpTypes.IsOption(property.PropertyType) || !property.IsRequired
            && property.AssociatedParameter is null or { HasDefaultValue: true },
        Nullable = property.IsSetNullable
            && (!property.PropertyType.IsValueType || Nullable.GetUnderlyingType(property.PropertyType) is not null),
        Default = property.AssociatedParameter is { HasDefaultValue: true } parameter ? Json(parameter.DefaultValue) : null,
        Choices = ChoicesOf(property.PropertyType),
    };

    /// <summary>Returns the names of an enum, as in JSON.</summary>
    private static IReadOnlyList<string> ChoicesOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } e
        && Enum.GetValues(e) is { Length: > 0 and <= MaxChoices } values
            ? [.. values.Cast<object>().Select(v => JsonSerializer.SerializeToNode(v, e, TaskJson.Options)).OfType<JsonValue>()
                .Select(v => v.TryGetValue<string>(out var text) ? text : null).OfType<string>().Distinct()]
            : [];

    private static string? Json(object? value)
    {
        try
        {
            return JsonSerializer.Serialize(value, value?.GetType() ?? typeof(object), TaskJson.Options) is { Length: <= MaxDefault } json
                ? json
                : null;
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException or JsonException)
        {
            // The default is only shown to people. The run itself gets it unchanged.
            return null;
        }
    }
}
