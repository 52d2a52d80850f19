using OrleansTasks.Partitions;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests how the origin of a task's definition is stored with the task.</summary>
public sealed class DefinitionMarkTests
{
    /// <summary>
    /// Covers the stored forms of all versions. A form with configuration alone belongs to a task that no code had defined.
    /// </summary>
    [Theory]
    [InlineData(null, null, null)]
    [InlineData("C0DE", "C0DE", null)]
    [InlineData("code", "code", null)]
    [InlineData("configuration:F11E", null, "F11E")]
    [InlineData("configuration:F11E:C0DE", "C0DE", "F11E")]
    public void Of_StoredMark_RoundTrips(string? stored, string? code, string? configuration)
    {
        var mark = DefinitionMark.Of(stored);
        Assert.Equal((code, configuration, stored), (mark.Code, mark.Configuration, mark.ToString()));
    }

    [Fact]
    public void Define_TaskStoredByAnEarlierVersion_RecordsTheCode()
    {
        var code = new TaskDefinition { Name = "a", Handler = "h" };
        var entry = Registrations.Define(code, new TaskEntry { Name = "a", Handler = "h", Definition = "configuration:F11E", Revision = 4 },
            PartitionRig.Start);
        Assert.Equal(($"configuration:F11E:{code.Fingerprint()}", 4L), (entry!.Definition, entry.Revision));
        Assert.Null(Registrations.Define(code, entry, PartitionRig.Start));
    }
}
