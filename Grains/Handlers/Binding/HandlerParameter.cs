using System.Linq.Expressions;
using System.Text;

namespace OrleansTasks.Handlers.Binding;

/// <summary>A parameter of a handler, and where its value comes from: an argument, the run or the container, or the fallback, in this order.</summary>
internal sealed class HandlerParameter
{
    public required string Name { get; init; }

    public required Type Type { get; init; }

    /// <summary>Reads an argument; null if the parameter takes none.</summary>
    public ArgumentReader? Reader { get; init; }

    /// <summary>Gives the value from the run or the container; null if neither has one.</summary>
    public RunSource? Source { get; init; }

    /// <summary>Whether there is a value for want of any other.</summary>
    public bool HasFallback { get; init; }

    /// <summary>The default value, or null.</summary>
    public object? Fallback { get; init; }

    /// <summary>Whether a null that is given is passed on.</summary>
    public bool AcceptsNull { get; init; }

    /// <summary>Whether null is read by the type's own reader, as with <see cref="System.Text.Json.JsonElement"/>.</summary>
    public bool ReadsNull { get; init; }

    /// <summary>Whether it takes all positional arguments from its place on, as C#'s <c>params</c> does.</summary>
    public bool TakesRest { get; init; }

    public byte[] Utf8Name => field ??= Encoding.UTF8.GetBytes(Name);

    public string TypeName => field ??= TypeNames.Of(Type);
}

/// <summary>Makes the expression of a value that needs no argument.</summary>
/// <param name="services">The <see cref="IServiceProvider"/> of the run.</param>
/// <param name="run">The <see cref="TaskRunContext"/>.</param>
internal delegate Expression RunSource(Expression services, Expression run);
