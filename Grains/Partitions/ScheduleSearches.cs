using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansTasks.Running;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Partitions;

/// <summary>
/// Searches schedules for occurrences outside the grains' turns, within the limits of <see cref="TaskEngineLimits"/>. A long search has to
/// wait for a place, because the author of a schedule determines its cost. Half of the silo's processors are for users' questions, and one
/// is for stored schedules.
/// </summary>
internal sealed class ScheduleSearches : IDisposable
{
    /// <summary>The number of steps that one question may take on a partition's turn, or without a place.</summary>
    public const long StepsOnTurn = 5_000;

    // Small enough that all of them are answered before a call times out.
    private const int WaitingForAPlace = 4;
    private readonly int _places = Math.Max(1, Environment.ProcessorCount / 2);
    private readonly SemaphoreSlim _asked;
    private readonly SemaphoreSlim _stored = new(1);
    private readonly Background _background;
    private readonly TaskEngineLimits _limits;
    private readonly TimeProvider _clock;
    private int _waiting;

    public ScheduleSearches(Background background, IOptions<TasksOptions> options,
        [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider clock)
    {
        _background = background;
        _limits = options.Value.Limits;
        _clock = clock;
        _asked = new SemaphoreSlim(_places);
    }

    /// <summary>Computes the answer to a user's question.</summary>
    /// <param name="search">The computation, which runs outside the turn. It starts again with a place if it takes many steps.</param>
    /// <param name="ct">Cancels the search, even during the computation.</param>
    /// <exception cref="ScheduleTooExpensiveException">The search took too many steps, or too long.</exception>
    /// <exception cref="TasksOverloadedException">Too many such searches are waiting.</exception>
    public async Task<T> AskAsync<T>(Func<T> search, CancellationToken ct)
    {
        try
        {
            return await _background.RunAsync(() => new SearchBudget(StepsOnTurn, stop: ct).Run(search));
        }
        catch (ScheduleTooExpensiveException)
        {
            // The search needs more than a moment.
        }

        if (Interlocked.Increment(ref _waiting) > (WaitingForAPlace + 1) * _places)
        {
            Interlocked.Decrement(ref _waiting);
            throw new TasksOverloadedException(null, $"More than {WaitingForAPlace * _places} expensive schedules wait to be computed "
                + "on this silo. Try again later.", TimeSpan.FromSeconds(5));
        }

        try
        {
            return await RunAsync(_asked, search, ct);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Computes the same for a task, which an error names.</summary>
    public async Task<T> AskAsync<T>(string task, Func<T> search, CancellationToken ct)
    {
        try
        {
            return await AskAsync(search, ct);
        }
        catch (ScheduleTooExpensiveException e)
        {
            throw new ScheduleTooExpensiveException(task, e.Reason);
        }
    }

    /// <summary>Computes what the engine needs from a stored schedule. These searches run one at a time, however many there are.</summary>
    /// <param name="search">The computation, which runs outside the turn.</param>
    public Task<T> RunStoredAsync<T>(Func<T> search) => RunAsync(_stored, search, CancellationToken.None);

    public void Dispose()
    {
        _asked.Dispose();
        _stored.Dispose();
    }

    private async Task<T> RunAsync<T>(SemaphoreSlim places, Func<T> search, CancellationToken ct)
    {
        await places.WaitAsync(ct);
        return await _background.RunAsync(() =>
        {
            try
            {
                return new SearchBudget(_limits.MaxScheduleSteps, _limits.MaxScheduleTime, _clock, ct).Run(search);
            }
            finally
            {
                // Here, and not on a turn of the caller: a place belongs to the whole silo.
                places.Release();
            }
        });
    }
}
