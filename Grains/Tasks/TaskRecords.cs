using OrleansTasks.Clocks;
using OrleansTasks.Ledger;

namespace OrleansTasks.Tasks;

/// <summary>Composes the parts that store, number and write the results of a task's runs.</summary>
internal sealed class TaskRecords
{
    /// <param name="context">The context that all parts of the task share.</param>
    /// <param name="generator">Knows whether the grain handles occurrences.</param>
    /// <param name="timers">Creates timers of the grain.</param>
    /// <param name="signals">Is told when there is more to write, and when everything is written.</param>
    /// <param name="endings">Receives the results.</param>
    public TaskRecords(TaskContext context, OccurrenceGenerator generator, TimerFactory timers, ITaskSignals signals, IRunEndings endings)
    {
        var (silo, known) = (context.Silo, context.Known);
        History = new TaskHistory(known.Name, silo.Histories, silo.Log)
        {
            Kept = () => new(known.Options.HistoryLength, known.Options.HistoryAge is not null)
        };
        var ledger = new LedgerFile(known.Name, silo.Ledgers);
        Accounts = new TaskAccounts(context, new LedgerKeeper(known.Name, ledger, context.Clock, silo.Background, silo.Log), ledger,
            History, signals);
        Results = new HistoryKeeper(context, History, Accounts, new EndedResults(context, History), generator, timers, signals);
        var followers = new RunFollowers(context);
        Pipeline = new OutcomePipeline(context, Results, Accounts, new StoredEnds(context, Results, followers), followers, endings);
    }

    /// <summary>Gets the last results.</summary>
    public TaskHistory History { get; }

    /// <summary>Gets the outcome of each planned instant.</summary>
    public TaskAccounts Accounts { get; }

    /// <summary>Gets the part that writes the results.</summary>
    public HistoryKeeper Results { get; }

    /// <summary>Gets the part that turns outcomes into results.</summary>
    public OutcomePipeline Pipeline { get; }
}
