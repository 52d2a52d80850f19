using System.Globalization;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Aspire;

/// <summary>A process of this machine.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parent">The id of the process that started it, or of the one that has it now.</param>
/// <param name="Arguments">The program and its arguments.</param>
internal sealed record RunningProcess(int Id, int Parent, string Arguments);

/// <summary>Processes and those that they have started.</summary>
internal static class ProcessTree
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>All processes that are under way.</summary>
    public static async Task<IReadOnlyList<RunningProcess>> AllAsync() =>
    [
        .. (await Programs.RunAsync("ps", "-A", "-ww", "-o", "stat=,pid=,ppid=,args=")).Split('\n')
            .Select(static l => l.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))

            // What has ended, and whose parent has not asked yet how, is still listed.
            .Where(static l => l.Length == 4 && l[0][0] != 'Z')
            .Select(static l => new RunningProcess(int.Parse(l[1], CultureInfo.InvariantCulture), int.Parse(l[2], CultureInfo.InvariantCulture), l[3])),
    ];

    /// <summary>A process, what it started, what that started, and so on.</summary>
    public static IReadOnlyList<RunningProcess> From(IReadOnlyList<RunningProcess> all, RunningProcess root) =>
        [root, .. all.Where(p => p.Parent == root.Id).SelectMany(p => From(all, p))];

    /// <summary>Waits until none of them is under way any more.</summary>
    /// <exception cref="TimeoutException">Some are.</exception>
    public static async Task UntilGoneAsync(IReadOnlyList<RunningProcess> processes)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while ((await AllAsync()).Where(p => processes.Any(q => q.Id == p.Id && q.Arguments == p.Arguments)).ToList() is { Count: > 0 } left)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
            {
                throw new TimeoutException($"These go on: {string.Join(", ", left)}.");
            }

            // The system tells only a process's parent when it has ended, and these have others.
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
