using OrleansTasks.Ui;

namespace OrleansTasks.Tests.Browser;

/// <summary>What is shown has words.</summary>
public sealed class WordsTests
{
    public static TheoryData<TaskEventKind> Kinds => [.. Enum.GetValues<TaskEventKind>()];

    // What is expected, and so no matter of a colour.
    private static readonly TaskEventKind[] Quiet =
        [TaskEventKind.RunEnded, TaskEventKind.TaskRegistered, TaskEventKind.TaskChanged, TaskEventKind.TaskResumed, TaskEventKind.TaskCancelled];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Of_EveryKindOfEvent_HasWordsAndATone(TaskEventKind kind)
    {
        // One without words of its own is shown by its name in code.
        Assert.NotEqual(kind.ToString(), Words.Of(kind));
        Assert.Equal(Quiet.Contains(kind), Words.Tone(kind) == "quiet");
    }
}
