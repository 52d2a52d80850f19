namespace OrleansTasks.Tests.Storage;

/// <summary>Specifies what happens to one call of storage.</summary>
internal enum Fault
{
    None,

    /// <summary>Fails without any effect.</summary>
    FailBefore,

    /// <summary>Takes effect, and then fails.</summary>
    FailAfter,

    /// <summary>Fails, and takes effect some calls later unless another write conflicts with it.</summary>
    Late,

    /// <summary>Ends the process before the call: neither this call nor a later one has an effect or returns.</summary>
    CrashBefore,

    /// <summary>Takes effect, and then ends the process.</summary>
    CrashAfter,
}
