using System.Linq.Expressions;
using System.Text;

namespace OrleansTasks.Handlers.Binding;

/// <summary>
/// Represents a parameter of a handler and the sources of its value, in this order: an argument, the run or the container, the fallback.
/// </summary>
internal sealed class HandlerParameter
{
    public required string Name { get; init; }

    public required Type Type { get; init; }

    /// <summary>Gets what reads an argument, or null if the parameter takes none.</summary>
    public ArgumentReader? Reader { get; init; }

    /// <summary>Gets what provides the value from the run or the container, or null if neither has one.</summary>
    public RunSource? Source { get; init; }

    /// <summary>Gets whether there is a fallback value.</summary>
    public bool HasFallback { get; init; }

    /// <summary>Gets the default value, or null.</summary>
    public object? Fallback { get; init; }

    /// <summary>Gets whether an explicit null is passed to the handler.</summary>
    public bool AcceptsNull { get; init; }

    /// <summary>Gets whether the type's own reader reads null, as with <see cref="System.Text.Json.JsonElement"/>.</summary>
    public bool ReadsNull { get; init; }

    /// <summary>Gets whether it takes all positional arguments from its position on, as C#'s <c>params</c> does.</summary>
    public bool TakesRest { get; init; }

    public byte[] Utf8Name => field ??= Encoding.UTF8.GetBytes(Name);

    public string TypeName => field ??= TypeNames.Of(Type);
}

/// <summary>Creates the expression of a value that needs no argument.</summary>
/// <param name="services">The <see cref="IServiceProvider"/> of the run.</param>
/// <param name="run">The <see cref="TaskRunContext"/>.</param>
internal delegate Expression RunSource(Expression services, Expression run);
