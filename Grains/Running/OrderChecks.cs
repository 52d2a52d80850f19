using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>
/// Decides whether the order for an attempt is still valid when the attempt starts. Usually this is known, because a silo is told when a
/// run is cancelled. After a stall the silo asks the task's grain, which asks its partition.
/// </summary>
internal sealed partial class OrderChecks(
    IGrainFactory grains,
    Standstills standstills,
    ILocalSiloDetails silo,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
    ILogger<RunExecutor> log)
{
    private const int MostFailures = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets whether this silo has stalled recently. Its attempts may not know yet what happened during the stall.</summary>
    public bool StoodStillLately => standstills.Outdates(standstills.Look());

    /// <summary>Records that an order is taken.</summary>
    /// <returns>The time, as a timestamp.</returns>
    public long Take() => standstills.Look();

    /// <summary>Decides whether the task's grain must be asked before an attempt starts.</summary>
    /// <param name="order">The attempt.</param>
    /// <param name="taken">The time when it was taken.</param>
    public bool IsDoubtful(RunOrder order, long taken) => order.IsDoubtful || standstills.Outdates(taken);

    /// <summary>Asks the task's grain until it answers.</summary>
    /// <param name="order">The attempt.</param>
    /// <param name="isOver">Returns whether the attempt was stopped meanwhile.</param>
    /// <returns>False if the attempt must not start. Then the grain has taken care of its run, and nothing is reported.</returns>
    public async Task<bool> ConfirmAsync(RunOrder order, Func<bool> isOver)
    {
        for (var failures = 0; !isOver();)
        {
            try
            {
                return await grains.Refer<ITaskEngine>(order.RunId.Task).ConfirmOrderAsync(order.RunId.Value, order.Attempt, order.Offer,
                    silo.SiloAddress).WaitAsync(Patience, pauses).ConfigureAwait(false);
            }
            catch (Exception e) when (ClusterCalls.IsTransient(e) || e is TaskException)
            {
                LogNotConfirmed(log, order.RunId.Task, order.RunId, e.Message);
            }
            catch (Exception e)
            {
                LogNotConfirmed(log, order.RunId.Task, order.RunId, e.Message);
                if (++failures >= MostFailures)
                {
                    // A silo of an earlier version does not know this request.
                    return true;
                }
            }

            await Task.Delay(Pause, pauses).ConfigureAwait(false);
        }

        return false;
    }

    [LoggerMessage(106, LogLevel.Debug, "{Task}: this silo was frozen, and asking whether run {Run} may start failed; retrying. {Reason}")]
    private static partial void LogNotConfirmed(ILogger logger, string task, RunId run, string reason);
}
