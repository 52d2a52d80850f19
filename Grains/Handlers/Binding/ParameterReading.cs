using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Values;

namespace OrleansTasks.Handlers.Binding;

/// <summary>Decides where a handler's parameters get their values.</summary>
internal sealed class ParameterReading(string handler, ContainerView container, List<string> faults)
{
    private readonly NullabilityInfoContext _nullability = new();

    /// <summary>Describes a parameter. Returns null, and adds a fault, if it can never have a value.</summary>
    /// <param name="parameter">The parameter as it is declared.</param>
    /// <param name="type">Its type as the caller sees it.</param>
    /// <param name="name">Its name, if the declaration has none.</param>
    public HandlerParameter? Read(ParameterInfo parameter, Type type, string? name)
    {
        var p = Declare(parameter, type, parameter.Name ?? name ?? $"arg{parameter.Position}");
        if (Unbindable(type) is { } why)
        {
            return Fault(p, why);
        }

        var forced = (Container: parameter.IsDefined(typeof(FromContainerAttribute)),
            Arguments: parameter.IsDefined(typeof(FromArgumentsAttribute)));
        if (forced is (true, true))
        {
            return Fault(p, "[FromContainer] and [FromArguments] exclude each other. Use one of them.");
        }

        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
        {
            return forced.Arguments ? Fault(p, "[FromKeyedServices] and [FromArguments] exclude each other. Use one of "
                + "them.") : Keyed(p, keyed);
        }

        return forced switch
        {
            { Arguments: true } => FromArguments(p),
            { Container: true } => FromContainer(p, null),
            _ => RunSources.OfRun(type) is { } source ? p.With(source: source) : ByType(p),
        };
    }

    /// <summary>Describes the one parameter of a handler class that takes all arguments.</summary>
    public HandlerParameter? ReadArguments(ParameterInfo parameter, Type type)
    {
        var p = Declare(parameter, type, parameter.Name ?? "arguments");
        return type == typeof(TaskArguments) ? p.With()
            : JsonReadability.Obstacle(type) is { } obstacle ? Fault(p, $"it cannot be read from JSON: {obstacle.TrimEnd('.')}. Use a "
                + "type that can.")
            : p.With(ArgumentReader.For(type));
    }

    private static string? Unbindable(Type type) => type switch
    {
        { IsByRef: true } => "it is a ref, out or in parameter, which a task cannot fill; pass it by value.",
        { IsPointer: true } or { IsFunctionPointer: true } => "a pointer cannot be filled by a task; take a value.",
        { IsByRefLike: true } => "a ref struct cannot be filled by a task; take an array or a list.",
        { ContainsGenericParameters: true } => "its type is an open generic one; use a closed one.",
        _ => null,
    };

    private HandlerParameter ByType(ParameterDraft p)
    {
        var obstacle = JsonReadability.Obstacle(p.Type);
        if (container.IsRegistered(p.Type) && (obstacle is not null || !JsonReadability.HoldsData(p.Type)))
        {
            return FromContainer(p, null)!;
        }

        if (obstacle is not null)
        {
            return FromContainer(p, obstacle)!;
        }

        return container.IsRegistered(p.Type)
            ? p.With(ArgumentReader.For(p.Type), RunSources.OfContainer(p.Type, null, p.HasFallback, p.Fallback))
            : p.With(ArgumentReader.For(p.Type));
    }

    private HandlerParameter? FromArguments(ParameterDraft p) => JsonReadability.Obstacle(p.Type) is { } obstacle
        ? Fault(p, $"it is marked [FromArguments], and cannot be read from JSON: {obstacle.TrimEnd('.')}. Use a type that can, or "
            + "remove the mark.")
        : p.With(ArgumentReader.For(p.Type));

    private HandlerParameter? Keyed(ParameterDraft p, FromKeyedServicesAttribute keyed) =>
        keyed.LookupMode == ServiceKeyLookupMode.InheritKey
        ? Fault(p, "[FromKeyedServices] needs a key here: a handler has none to inherit.")
        : FromContainer(p, null, keyed.Key);

    private HandlerParameter? FromContainer(ParameterDraft p, string? obstacle, object? key = null)
    {
        if (!p.HasFallback && !container.CanMake(p.Type, key))
        {
            var under = key is null ? "" : $" under the key '{key}'";
            var json = obstacle is null ? "" : $" and cannot be read from JSON ({obstacle.TrimEnd('.')})";
            return Fault(p,
                $"it is not registered in the container{under}{json}. Register it, give the parameter a default, or make it nullable.");
        }

        return p.With(source: RunSources.OfContainer(p.Type, key, p.HasFallback, p.Fallback));
    }

    private HandlerParameter? Fault(ParameterDraft p, string why)
    {
        faults.Add($"Handler '{handler}', parameter '{p.Name}' ({TypeNames.Of(p.Type)}): {why}");
        return null;
    }

    private ParameterDraft Declare(ParameterInfo parameter, Type type, string name)
    {
        var nullable = !type.IsValueType ? NullableReference(parameter) : Nullable.GetUnderlyingType(type) is not null;
        return new ParameterDraft(name, type)
        {
            TakesRest = parameter.IsDefined(typeof(ParamArrayAttribute), inherit: false)
                || parameter.IsDefined(typeof(ParamCollectionAttribute), inherit: false),
            HasFallback = parameter.HasDefaultValue || nullable == true || FSharpTypes.IsOption(type),
            Fallback = parameter.HasDefaultValue ? DefaultOf(parameter, type) : null,
            AcceptsNull = nullable ?? true,
        };
    }

    /// <summary>
    /// Returns whether a parameter may be null, or null if the code does not say, as with code compiled without nullable annotations.
    /// </summary>
    private bool? NullableReference(ParameterInfo parameter) => parameter.ParameterType.IsByRef || parameter.Member.DeclaringType is null
        ? null
        : _nullability.Create(parameter).WriteState switch
        {
            NullabilityState.Nullable => true,
            NullabilityState.NotNull => false,
            _ => null,
        };

    private static object? DefaultOf(ParameterInfo parameter, Type type)
    {
        var value = parameter.DefaultValue;
        if (value is null or DBNull or Missing)
        {
            return type.IsValueType && Nullable.GetUnderlyingType(type) is null ? Activator.CreateInstance(type) : null;
        }

        // The default of an optional nullable enum is stored as its number.
        return Nullable.GetUnderlyingType(type) is { IsEnum: true } e ? Enum.ToObject(e, value) : value;
    }

    /// <summary>Contains what the declaration alone says about a parameter.</summary>
    private sealed record ParameterDraft(string Name, Type Type)
    {
        public bool TakesRest { get; init; }

        public bool HasFallback { get; init; }

        public object? Fallback { get; init; }

        public bool AcceptsNull { get; init; }

        public HandlerParameter With(ArgumentReader? reader = null, RunSource? source = null) => new()
        {
            Name = Name,
            Type = Type,
            TakesRest = TakesRest && reader is not null,
            HasFallback = HasFallback,
            Fallback = Fallback,
            AcceptsNull = AcceptsNull,
            ReadsNull = Type == typeof(JsonElement) || Type == typeof(JsonDocument),
            Reader = reader,
            Source = source,
        };
    }
}
