using OrleansTasks.Ui;

namespace OrleansTasks.Tests.Browser;

/// <summary>Tests that the dashboard has words for everything that it shows.</summary>
public sealed class WordsTests
{
    public static TheoryData<TaskEventKind> Kinds => [.. Enum.GetValues<TaskEventKind>()];

    // Expected events, which need no colour.
    private static readonly TaskEventKind[] Quiet =
        [TaskEventKind.RunEnded, TaskEventKind.TaskRegistered, TaskEventKind.TaskChanged, TaskEventKind.TaskResumed,
            TaskEventKind.TaskCancelled];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Of_EveryKindOfEvent_HasWordsAndATone(TaskEventKind kind)
    {
        // A kind without words of its own would show its name in code.
        Assert.NotEqual(kind.ToString(), Words.Of(kind));
        Assert.Equal(Quiet.Contains(kind), Words.Tone(kind) == "quiet");
    }
}
