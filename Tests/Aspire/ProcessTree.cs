using System.Globalization;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Aspire;

/// <summary>Represents a process of this machine.</summary>
/// <param name="Id">The id of the process.</param>
/// <param name="Parent">The id of the process that started it, or that has adopted it since.</param>
/// <param name="Arguments">The program and its arguments.</param>
internal sealed record RunningProcess(int Id, int Parent, string Arguments);

/// <summary>Finds processes and their descendants.</summary>
internal static class ProcessTree
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns all running processes.</summary>
    public static async Task<IReadOnlyList<RunningProcess>> AllAsync() =>
    [
        .. (await Programs.RunAsync("ps", "-A", "-ww", "-o", "stat=,pid=,ppid=,args=")).Split('\n')
            .Select(static l => l.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))

            // A process that has ended stays in the list as a zombie until its parent asks for its exit code.
            .Where(static l => l.Length == 4 && l[0][0] != 'Z')
            .Select(
                static l =>
                    new RunningProcess(int.Parse(l[1], CultureInfo.InvariantCulture), int.Parse(l[2], CultureInfo.InvariantCulture), l[3])),
    ];

    /// <summary>Returns a process and all its descendants.</summary>
    public static IReadOnlyList<RunningProcess> From(IReadOnlyList<RunningProcess> all, RunningProcess root) =>
        [root, .. all.Where(p => p.Parent == root.Id).SelectMany(p => From(all, p))];

    /// <summary>Waits until none of the processes runs any more.</summary>
    /// <exception cref="TimeoutException">Some still run when the time is over.</exception>
    public static async Task UntilGoneAsync(IReadOnlyList<RunningProcess> processes)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while ((await AllAsync()).Where(p => processes.Any(q => q.Id == p.Id && q.Arguments == p.Arguments))
            .ToList() is { Count: > 0 } left)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
            {
                throw new TimeoutException($"These go on: {string.Join(", ", left)}.");
            }

            // Only a parent learns from the system when its process ends, and these processes have other parents.
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
