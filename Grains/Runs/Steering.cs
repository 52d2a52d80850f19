namespace OrleansTasks.Runs;

/// <summary>Defines what a handler said about further attempts by the exception that it threw.</summary>
internal enum Steering
{
    /// <summary>Nothing: the retry policy decides.</summary>
    None = 0,

    /// <summary>There must be no further attempt.</summary>
    Never = 1,

    /// <summary>The next attempt starts at a certain instant, if the policy allows one.</summary>
    Later = 2,

    /// <summary>The run has not failed, and is executed again at a certain instant.</summary>
    Snooze = 3,
}
