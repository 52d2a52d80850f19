using CsCheck;
using OrleansTasks.Reminders;

namespace OrleansTasks.Tests.Unit.Reminders;

public sealed class ReminderNamesTests
{
    [Theory]
    [InlineData("invoice", "4711", "dunning", "reminder:invoice:4711:dunning")]
    [InlineData("invoice", "DE/4711:a", "the 1st", "reminder:invoice:DE~002F4711~003Aa:the~00201st")]
    [InlineData("list`1", "ü+b", "~", "reminder:list`1:ü+b:~007E")]
    [InlineData("a", "b", "\ud83d\ude00", "reminder:a:b:~D83D~DE00")]
    public void TaskOf_AReminder_HasItsPartsEscaped(string type, string key, string reminder, string expected)
    {
        var grain = GrainId.Create(type, key);
        var name = ReminderNames.TaskOf(grain, reminder);

        Assert.Equal(expected, name);
        Assert.StartsWith(ReminderNames.PrefixOf(grain), name, StringComparison.Ordinal);
    }

    [Fact]
    public void TaskOf_AnyReminder_IsAValidNameOfItsOwn()
    {
        var text = Gen.String[Gen.Char["ab:~/ 0ü\n\ud83d\u200d%"], 1, 4];
        Gen.Select(text, text, text, text).Sample((key, reminder, otherKey, otherReminder) =>
        {
            var (one, other) = (GrainId.Create("grain", "k" + key), GrainId.Create("grain", "k" + otherKey));
            Assert.Null(TaskNames.Fault(ReminderNames.TaskOf(one, reminder)));
            Assert.Equal(
                (key, reminder) == (otherKey, otherReminder),
                ReminderNames.TaskOf(one, reminder) == ReminderNames.TaskOf(other, otherReminder));
        });
    }

    [Fact]
    public void TaskOf_ALongName_IsRefusedWithTheLengthAndTheRemedy()
    {
        var grain = GrainId.Create("invoice", "4711");
        var longest = new string('x', TaskNames.MaxLength - ReminderNames.PrefixOf(grain).Length);
        Assert.Equal(TaskNames.MaxLength, ReminderNames.TaskOf(grain, longest).Length);

        var thrown = Assert.Throws<ArgumentException>(() => ReminderNames.TaskOf(grain, longest + "x"));
        Assert.Contains("201 characters", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("invoice/4711", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("shorter", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void TaskOf_NoName_IsRefused(string? reminder) =>
        Assert.Throws<ArgumentException>(() => ReminderNames.TaskOf(GrainId.Create("invoice", "4711"), reminder!));
}
