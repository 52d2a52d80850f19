namespace OrleansTasks.Runs;

/// <summary>What a handler said, by the exception that it threw, about further attempts.</summary>
internal enum Steering
{
    /// <summary>Nothing: the policy decides.</summary>
    None = 0,

    /// <summary>There is to be none.</summary>
    Never = 1,

    /// <summary>The next one is to be made at a certain instant, if the policy allows one.</summary>
    Later = 2,

    /// <summary>It is to be run again at a certain instant, and has not failed.</summary>
    Snooze = 3,
}
