namespace OrleansTasks;

/// <summary>Defines the settings of the relay, which hands the dispatches of an outbox over to the cluster.</summary>
public sealed class OutboxOptions
{
    /// <summary>Gets or sets the names of the tables. Default: see <see cref="OutboxTables"/>.</summary>
    public OutboxTables Tables { get; set; } = new();

    /// <summary>
    /// Gets or sets a value indicating whether the relay creates missing tables at its start. Default: true. With Entity Framework Core the
    /// model creates them, and it is always false.
    /// </summary>
    public bool CreateTables { get; set; } = true;

    /// <summary>
    /// Gets or sets a value indicating whether PostgreSQL announces new rows with <c>NOTIFY</c>. Default: true. The relay then creates a
    /// trigger on the table, which needs its owner's rights, and holds a second connection. If that fails, it says so in the log, and
    /// polls. Other databases ignore it.
    /// </summary>
    /// <remarks>
    /// Transactions that notify commit one after another. For many thousand commits a second, switch it off, and drop the trigger
    /// <c>orleanstasks_outbox_notify</c> if it exists.
    /// </remarks>
    public bool Notify { get; set; } = true;

    /// <summary>
    /// Gets or sets the shortest time between two looks at an empty outbox. Default: 50 ms. Range: 1 ms to 1 minute. Each look that finds
    /// nothing doubles the time, up to <see cref="MaxPollPeriod"/>, and each row resets it.
    /// </summary>
    public TimeSpan PollPeriod { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Gets or sets the longest time between two looks at an empty outbox. Default: 2 s. Range: <see cref="PollPeriod"/> to 10 minutes.
    /// With <see cref="Notify"/> on PostgreSQL it is the only one, in case a notification is lost. It is at most a third of
    /// <see cref="LeaseDuration"/> in effect.
    /// </summary>
    public TimeSpan MaxPollPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets the maximum number of rows that are read at once. Default: 100. Range: 1 to 1,000.</summary>
    public int BatchSize { get; set; } = 100;

    /// <summary>
    /// Gets or sets the maximum number of rows that are handed over at the same time. Rows with the same key are handed over one after
    /// another. Default: 16. Range: 1 to 256.
    /// </summary>
    public int Concurrency { get; set; } = 16;

    /// <summary>Gets or sets what a refused row means for later rows of its key. Default: <see cref="RefusedRows.Pass"/>.</summary>
    public RefusedRows Refused { get; set; } = RefusedRows.Pass;

    /// <summary>
    /// Gets or sets how long a dispatch to an unknown task is repeated before it is refused: during a deployment, its silos may not have
    /// started. Counts from when the row was added. Default: 1 minute. Range: zero to 1 day.
    /// </summary>
    public TimeSpan UnknownTaskPatience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Gets or sets the longest pause after an error: of a row whose task is overloaded, or of the relay if the database or the cluster
    /// cannot be reached. Pauses begin with 100 ms, and double. Default: 10 s. Range: 100 ms to 10 minutes.
    /// </summary>
    public TimeSpan MaxRetryPause { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets how long another relay waits after the active one was lost. The active relay renews its lease three times in this time.
    /// A relay that stops gives the lease up at once. Default: 5 s. Range: 1 s to 10 minutes.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets how long recorded runs are kept. A run that is attempted again later has its effect again. Default: 30 days. Range: 1
    /// minute to 3,650 days. Null keeps them forever.
    /// </summary>
    public TimeSpan? InboxRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Gets or sets how long the oldest row may wait, or the relay may fail, before the health check reports it. Default: 1 minute. Range:
    /// 1 s to 1 day.
    /// </summary>
    public TimeSpan UnhealthyAfter { get; set; } = TimeSpan.FromMinutes(1);

    internal IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (Tables is null)
        {
            faults.Add("OutboxOptions.Tables is null; set names of tables, or leave the default.");
        }
        else
        {
            faults.AddRange(Tables.Faults());
        }

        Check(nameof(PollPeriod), PollPeriod, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        Check(nameof(MaxPollPeriod), MaxPollPeriod, PollPeriod, TimeSpan.FromMinutes(10));
        CheckNumber(nameof(BatchSize), BatchSize, 1000);
        CheckNumber(nameof(Concurrency), Concurrency, 256);
        Check(nameof(UnknownTaskPatience), UnknownTaskPatience, TimeSpan.Zero, TimeSpan.FromDays(1));
        Check(nameof(MaxRetryPause), MaxRetryPause, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        Check(nameof(LeaseDuration), LeaseDuration, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Check(nameof(InboxRetention), InboxRetention ?? TimeSpan.FromDays(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650));
        Check(nameof(UnhealthyAfter), UnhealthyAfter, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        if (!Enum.IsDefined(Refused))
        {
            faults.Add($"OutboxOptions.Refused is {Refused}; {string.Join(" or ", Enum.GetNames<RefusedRows>())} is allowed.");
        }

        return faults;

        void Check(string name, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                faults.Add($"OutboxOptions.{name} is {value}; {least} to {most} are allowed.");
            }
        }

        void CheckNumber(string name, int value, int most)
        {
            if (value < 1 || value > most)
            {
                faults.Add($"OutboxOptions.{name} is {value}; 1 to {most} are allowed.");
            }
        }
    }
}
