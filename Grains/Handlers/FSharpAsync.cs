using System.Linq.Expressions;
using OrleansTasks.Values;

namespace OrleansTasks.Handlers;

/// <summary>
/// Starts F#'s <c>Async&lt;T&gt;</c>, which a handler returns as a description of work, with the F# library that the handler uses.
/// </summary>
internal static class FSharpAsync
{
    /// <summary>
    /// Returns the expression that starts the work with a token and returns a <see cref="Task{TResult}"/>, or a <see cref="Task"/> for
    /// <c>Async&lt;unit&gt;</c>.
    /// </summary>
    public static Expression Start(Expression work, Expression stop)
    {
        var value = work.Type.GetGenericArguments()[0];
        var library = work.Type.Assembly;
        var option = library.GetType("Microsoft.FSharp.Core.FSharpOption`1",
            throwOnError: true)!.MakeGenericType(typeof(CancellationToken));
        var start = library.GetType("Microsoft.FSharp.Control.FSharpAsync",
            throwOnError: true)!.GetMethod("StartImmediateAsTask")!.MakeGenericMethod(value);
        var task = Expression.Call(start, work, Expression.Call(option.GetMethod("Some")!, stop));
        return FSharpTypes.IsUnit(value) ? Expression.Convert(task, typeof(Task)) : task;
    }
}
