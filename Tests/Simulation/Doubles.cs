using System.Reflection;
using OrleansTasks.Running;

namespace OrleansTasks.Simulation;

/// <summary>
/// What arrives a second time: Orleans delivers no message twice, but whoever had no answer calls again, and both calls may arrive, in any order and late. Nobody takes the second
/// answer.
/// </summary>
internal static class Doubles
{
    // Calls that nobody repeats. An order is sent once: the next one to the same silo is another offer. To know again those that are long over, a silo would have to keep the ids of all.
    private static readonly HashSet<(Type, string)> Never = [(typeof(IRunnerService), nameof(IRunnerService.StartAsync))];

    /// <summary>What the repetition of a call says; null if there is none.</summary>
    public static object?[]? Of(MethodInfo method, object?[] arguments) =>
        Never.Contains((method.DeclaringType!, method.Name)) ? null : Array.ConvertAll(arguments, Repeat);

    /// <summary>Whether it is the first call that comes late, and the one that says that it is a repetition that is answered. The first call does not say so, and nothing is stored of what it asks for.</summary>
    public static bool IsFirstLate(MethodInfo method) => method.Name == nameof(ITaskGrain.BeginRunAsync);

    /// <summary>A client says that it repeats a request.</summary>
    private static object? Repeat(object? argument) => argument switch
    {
        RunRequest request => request with { Repeated = true },
        DispatchRequest request => request with { Repeated = true },
        _ => argument,
    };
}
