using OrleansTasks.Clocks;
using OrleansTasks.Ledger;

namespace OrleansTasks.Tasks;

/// <summary>What a task's runs come to: the parts that store, number and write their results, put together.</summary>
internal sealed class TaskRecords
{
    /// <param name="context">What all parts of the task share.</param>
    /// <param name="generator">Whether the grain looks after occurrences.</param>
    /// <param name="timers">Makes timers of the grain.</param>
    /// <param name="signals">Is told when there is more to write, and when all is written.</param>
    /// <param name="endings">Is told of results.</param>
    public TaskRecords(TaskContext context, OccurrenceGenerator generator, TimerFactory timers, ITaskSignals signals, IRunEndings endings)
    {
        var (silo, known) = (context.Silo, context.Known);
        History = new TaskHistory(known.Name, silo.Histories, silo.Log) { Kept = () => new(known.Options.HistoryLength, known.Options.HistoryAge is not null) };
        var ledger = new LedgerFile(known.Name, silo.Ledgers);
        Accounts = new TaskAccounts(context, new LedgerKeeper(known.Name, ledger, context.Clock, silo.Background, silo.Log), ledger, History, signals);
        Results = new HistoryKeeper(context, History, Accounts, new EndedResults(context, History), generator, timers, signals);
        var followers = new RunFollowers(context);
        Pipeline = new OutcomePipeline(context, Results, Accounts, new StoredEnds(context, Results, followers), followers, endings);
    }

    /// <summary>The last results.</summary>
    public TaskHistory History { get; }

    /// <summary>What came of each planned instant.</summary>
    public TaskAccounts Accounts { get; }

    /// <summary>Writes the results.</summary>
    public HistoryKeeper Results { get; }

    /// <summary>Makes results of outcomes.</summary>
    public OutcomePipeline Pipeline { get; }
}
