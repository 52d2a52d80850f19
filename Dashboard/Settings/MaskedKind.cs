namespace OrleansTasks;

/// <summary>Defines the kinds of JSON that <see cref="TasksDashboardOptions.Mask"/> receives.</summary>
public enum MaskedKind
{
    /// <summary>The arguments of a task or a run: an array of positional arguments, or an object of named ones.</summary>
    Arguments = 0,

    /// <summary>The value of a run.</summary>
    Value = 1,

    /// <summary>The progress that a handler reported.</summary>
    Progress = 2,

    /// <summary>A broadcast.</summary>
    Broadcast = 3,

    /// <summary>A text of a run, as a JSON string: its error, its stack trace, or a log line.</summary>
    Text = 4,

    /// <summary>The headers of a task, a run or a continuation: an object of strings.</summary>
    Headers = 5,
}
