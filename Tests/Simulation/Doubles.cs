using System.Reflection;
using OrleansTasks.Running;

namespace OrleansTasks.Simulation;

/// <summary>
/// Creates the repetition of a call. Orleans delivers no message twice, but a caller without an answer calls again. Both calls may arrive
/// late and in any order. The answer to the repetition is ignored.
/// </summary>
internal static class Doubles
{
    // Calls that are never repeated. An order is sent once: the next one to the same silo is another offer. To recognize orders that ended
    // long ago, a silo would have to keep all their ids.
    private static readonly HashSet<(Type, string)> Never = [(typeof(IRunnerService), nameof(IRunnerService.StartAsync))];

    /// <summary>Returns the arguments of a call's repetition, or null if the call is never repeated.</summary>
    public static object?[]? Of(MethodInfo method, object?[] arguments) =>
        Never.Contains((method.DeclaringType!, method.Name)) ? null : Array.ConvertAll(arguments, Repeat);

    /// <summary>
    /// Decides whether the original call arrives late, so that the call that is marked as a repetition is answered. The late original bears
    /// no mark, and its run is not stored in advance.
    /// </summary>
    public static bool IsFirstLate(MethodInfo method) => method.Name == nameof(ITaskGrain.BeginRunAsync);

    /// <summary>Marks a request as a repetition, as a client does.</summary>
    private static object? Repeat(object? argument) => argument switch
    {
        RunRequest request => request with { Repeated = true },
        DispatchRequest request => request with { Repeated = true },
        _ => argument,
    };
}
