using OrleansTasks.Clocks;

namespace OrleansTasks.Tests.Unit.Policies;

/// <summary>Tests instants and durations that may be missing. Minutes after eight stand for them.</summary>
public sealed class TimesTests
{
    private static readonly DateTimeOffset Eight = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(1, null, 1)]
    [InlineData(null, 1, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 1, 1)]
    public void EarlierAndShorter_OfTwo_ReturnTheLesserOrTheOnlyOne(int? one, int? other, int? expected)
    {
        Assert.Equal(At(expected), Times.Earlier(At(one), At(other)));
        Assert.Equal(Of(expected), Times.Shorter(Of(one), Of(other)));
    }

    [Fact]
    public void Earlier_OfTheSameInstantInTwoZones_IsTheFirstOne() =>
        Assert.Equal(TimeSpan.Zero, Times.Earlier(Eight, Eight.ToOffset(TimeSpan.FromHours(1)))!.Value.Offset);

    [Fact]
    public void Later_ByATime_IsLaterUpToTheMaximumInstant()
    {
        Assert.Null(Times.Later(Eight, null));
        Assert.Equal(Eight, Times.Later(Eight, TimeSpan.Zero));
        Assert.Equal(Eight.AddMinutes(1), Times.Later(Eight, TimeSpan.FromMinutes(1)));
        Assert.Equal(DateTimeOffset.MaxValue.AddTicks(-1), Times.Later(Eight, DateTimeOffset.MaxValue - Eight - TimeSpan.FromTicks(1)));
        Assert.Equal(DateTimeOffset.MaxValue, Times.Later(Eight, DateTimeOffset.MaxValue - Eight));
        Assert.Equal(DateTimeOffset.MaxValue, Times.Later(Eight, TimeSpan.MaxValue));
    }

    private static DateTimeOffset? At(int? minutes) => minutes is { } m ? Eight.AddMinutes(m) : null;

    private static TimeSpan? Of(int? minutes) => minutes is { } m ? TimeSpan.FromMinutes(m) : null;
}
